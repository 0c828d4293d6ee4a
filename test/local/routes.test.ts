import { describe, expect, test } from '@jest/globals';
import { createRouter, routeOf } from '../../local/routes.ts';

const keys = [
  '$default',
  'ANY /{all+}',
  'GET /v1/{all+}',
  'GET /v1/cohorts',
  'ANY /v1/cohorts',
  'GET /v1/cohorts/{cohort}',
  'GET /v1/cohorts/open',
  'POST /v1/cohorts/{cohort}/claims',
  'GET /v1/{noun}/open',
];
const find = createRouter(keys.map((key) => routeOf(key, 'Lambda', undefined)));

/** The key of the route found and what its path gave. */
function found(method: string, path: string) {
  const match = find(method, path);
  return match === undefined ? undefined : [match.route.key, match.pathParameters];
}

describe('the most specific route is found, as API Gateway chooses', () => {
  test.each([
    ['GET', '/v1/cohorts', 'GET /v1/cohorts', {}],
    ['PUT', '/v1/cohorts', 'ANY /v1/cohorts', {}],
    ['GET', '/v1/cohorts/coh_1', 'GET /v1/cohorts/{cohort}', { cohort: 'coh_1' }],
    ['GET', '/v1/cohorts/open', 'GET /v1/cohorts/open', {}],
    ['GET', '/v1/programmes/open', 'GET /v1/{noun}/open', { noun: 'programmes' }],
    ['POST', '/v1/cohorts/coh_1/claims', 'POST /v1/cohorts/{cohort}/claims', { cohort: 'coh_1' }],
    ['GET', '/v1/cohorts/a%20b', 'GET /v1/cohorts/{cohort}', { cohort: 'a b' }],
    ['GET', '/v1/cohorts/a%2Fb', 'GET /v1/cohorts/{cohort}', { cohort: 'a/b' }],
    ['GET', '/v1/cohorts/%zz', 'GET /v1/cohorts/{cohort}', { cohort: '%zz' }],
    ['GET', '/v1/x/y/z', 'GET /v1/{all+}', { all: 'x/y/z' }],
    ['POST', '/v1/x/y/z', 'ANY /{all+}', { all: 'v1/x/y/z' }],
    ['GET', '/', '$default', {}],
  ])('%s %s', (method, path, key, parameters) => {
    expect(found(method, path)).toEqual([key, parameters]);
  });
});

test('without a default route a path that no route has finds none; nor does an empty variable', () => {
  const findAny = createRouter(
    ['GET /v1/cohorts/{cohort}', 'GET /files/{all+}'].map((key) => routeOf(key, 'Lambda', undefined)),
  );
  expect(findAny('GET', '/v1/cohorts/')).toBeUndefined();
  expect(findAny('GET', '/files/')).toBeUndefined();
  expect(findAny('GET', '/v1/cohorts')).toBeUndefined();
  expect(findAny('POST', '/v1/cohorts/coh_1')).toBeUndefined();
});

test.each(['GET', 'GET v1/cohorts', '/v1/cohorts'])('refuses the route key %s', (key) => {
  expect(() => routeOf(key, 'Lambda', undefined)).toThrow(key);
});
