import { describe, expect, test } from '@jest/globals';
import { nouns } from '../../functions/api/all-routes.ts';
import { access } from '../../shared/access.ts';
import { ofType, synthesised, text, theOne } from './synthesised.ts';

const { stateless } = synthesised('prod');

describe('the routes', () => {
  const declared = nouns.flatMap((noun) =>
    noun.routes.map(({ method, path, operation }) => ({
      key: `${method} ${path}`,
      open: access[operation.name].roles === 'public',
    })),
  );
  const routes = ofType(stateless, 'AWS::ApiGatewayV2::Route').map(({ properties }) => properties);

  test('are those of the list, and no others', () => {
    expect(routes).toHaveLength(declared.length);
    expect(new Set(routes.map((route) => route['RouteKey']))).toEqual(new Set(declared.map(({ key }) => key)));
  });

  test.each(declared)('$key asks the authoriser, unless the access table says that it is public', ({ key, open }) => {
    const route = routes.find((candidate) => candidate['RouteKey'] === key);
    expect(route?.['AuthorizationType']).toBe(open ? 'NONE' : 'CUSTOM');
    expect(route?.['AuthorizerId'] === undefined).toBe(open);
  });

  test('lead each noun to one Lambda of its own', () => {
    const integrations = ofType(stateless, 'AWS::ApiGatewayV2::Integration');
    expect(integrations).toHaveLength(nouns.length);
    expect(new Set(integrations.map(({ properties }) => text(properties['IntegrationUri']))).size).toBe(nouns.length);
    for (const { properties } of integrations) expect(properties['PayloadFormatVersion']).toBe('2.0');
  });
});

describe('the authoriser', () => {
  test('answers simply, is asked by the Authorization header, and is remembered for a minute', () => {
    expect(theOne(stateless, 'AWS::ApiGatewayV2::Authorizer').properties).toMatchObject({
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 60,
      IdentitySource: ['$request.header.Authorization'],
    });
  });

  test('is the only Lambda that knows the issuer and the audience', () => {
    const knowing = ofType(stateless, 'AWS::Lambda::Function').filter(({ properties }) =>
      /"ISSUER".*"AUDIENCE"/.test(text(properties['Environment'])),
    );
    expect(knowing.map(({ logicalId }) => logicalId)).toEqual([expect.stringMatching(/^Authoriser/)]);
  });
});

describe('the stage of the API', () => {
  const stage = theOne(stateless, 'AWS::ApiGatewayV2::Stage').properties;

  test('throttles', () => {
    expect(stage['DefaultRouteSettings']).toEqual({ ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 });
  });

  test('writes down each request, with nothing that could be personal', () => {
    const log = text(stage['AccessLogSettings']);
    expect(log).toContain('$context.requestId');
    expect(log).toContain('$context.status');
    expect(log).not.toMatch(/identity|sourceIp|userAgent|\$context\.path|authorizer\.(subject|email|name|key)|claims/);
  });
});

describe('the time that a request may take', () => {
  const timeouts = nouns.map(({ noun, entry }) => {
    const found = ofType(stateless, 'AWS::Lambda::Function').find(({ properties }) =>
      text(properties['Code']).includes(`// ${entry}`),
    );
    return { noun, seconds: found?.properties['Timeout'] };
  });

  test('is ten seconds, but for imports, which stop by themselves after twenty, selections and settlements, which go on when sent again, and postings and statements, which may have many lines', () => {
    const longer = timeouts.filter(({ seconds }) => seconds !== 10);
    expect(longer).toEqual([
      { noun: 'applications', seconds: 29 },
      { noun: 'postings', seconds: 29 },
      { noun: 'imports', seconds: 29 },
      { noun: 'settlements', seconds: 29 },
      { noun: 'statements', seconds: 29 },
    ]);
  });

  test('is less than API Gateway waits, so that the Lambda can say that it took too long', () => {
    expect(timeouts.filter(({ seconds }) => Number(seconds) >= 30)).toEqual([]);
  });
});
