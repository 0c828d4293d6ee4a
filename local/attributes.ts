import type { Assembly, Resource } from './assembly.ts';
import { leftOutResources } from './left-out-resources.ts';
import { ACCOUNT, arn, REGION } from './place.ts';

/** Where things of this run answer, known once their sockets listen. */
export interface Addresses {
  readonly api: string;
  readonly issuer: string;
  readonly aws: string;
  /** Appended to the table's name, so that runs may share one DynamoDB endpoint. Empty by default. */
  readonly tableSuffix: string;
}

/** The property by which a template may name a resource itself. */
const nameProperty: Readonly<Record<string, string>> = {
  'AWS::Cognito::UserPool': 'UserPoolName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SQS::Queue': 'QueueName',
};

/** What a resource is called on this machine: the name its template gives, or stack and logical id. */
export function physicalName({ stack, logicalId, type, properties }: Resource): string {
  const given = properties[nameProperty[type] ?? ''];
  return typeof given === 'string' ? given : `${stack}-${logicalId}`.slice(-64);
}

/** The address of a queue as `Ref` gives it. */
function queueUrl(addresses: Addresses, name: string): string {
  return `${addresses.aws}/${ACCOUNT}/${name}`;
}

/** The id of the local user pool (Cognito's are `<region>_<random>`). */
function poolId({ logicalId }: Resource): string {
  return `${REGION}_${logicalId}`;
}

function runAttributes(resource: Resource, addresses: Addresses): Readonly<Record<string, string>> | undefined {
  const name = physicalName(resource);
  switch (resource.type) {
    case 'AWS::DynamoDB::GlobalTable': {
      const table = `${name}${addresses.tableSuffix}`;
      return {
        Ref: table,
        Arn: arn('dynamodb', `table/${table}`),
        StreamArn: arn('dynamodb', `table/${table}/stream/local`),
        TableId: table,
      };
    }
    case 'AWS::Lambda::Function':
      return { Ref: name, Arn: arn('lambda', `function:${name}`) };
    case 'AWS::Events::EventBus':
      return { Ref: name, Name: name, Arn: arn('events', `event-bus/${name}`) };
    case 'AWS::Events::Rule':
      return { Ref: name, Arn: arn('events', `rule/${name}`) };
    case 'AWS::SQS::Queue':
      return {
        Ref: queueUrl(addresses, name),
        QueueName: name,
        QueueUrl: queueUrl(addresses, name),
        Arn: arn('sqs', name),
      };
    case 'AWS::S3::Bucket':
      return { Ref: name.toLowerCase(), Arn: `arn:aws:s3:::${name.toLowerCase()}` };
    case 'AWS::ApiGatewayV2::Api':
      return { Ref: resource.logicalId, ApiId: resource.logicalId, ApiEndpoint: addresses.api };
    case 'AWS::Cognito::UserPool':
      return {
        Ref: poolId(resource),
        Arn: arn('cognito-idp', `userpool/${poolId(resource)}`),
        ProviderURL: addresses.issuer,
        ProviderName: new URL(addresses.issuer).host,
        UserPoolId: poolId(resource),
      };
    case 'AWS::Cognito::UserPoolClient':
      return { Ref: resource.logicalId, ClientId: resource.logicalId, Name: resource.logicalId };
    case 'AWS::ApiGatewayV2::Stage':
      return { Ref: '$default' };
    case 'AWS::ApiGatewayV2::Authorizer':
      return { Ref: resource.logicalId, AuthorizerId: resource.logicalId };
    case 'AWS::Lambda::EventSourceMapping':
      return {
        Ref: resource.logicalId,
        Id: resource.logicalId,
        EventSourceMappingArn: arn('lambda', `event-source-mapping:${resource.logicalId}`),
      };
    case 'AWS::ApiGatewayV2::Integration':
    case 'AWS::ApiGatewayV2::Route':
      return { Ref: resource.logicalId };
    default:
      return undefined;
  }
}

/**
 * What `Ref` (attribute undefined) or an attribute of a resource is on this machine. Types left out knowingly get a
 * placeholder; an attribute of a type that is run but that has no meaning here is undefined, so that it is refused.
 */
export function attributeOn(
  addresses: Addresses,
  resource: Resource,
  attribute: string | undefined,
): string | undefined {
  const known = runAttributes(resource, addresses);
  if (known !== undefined) return known[attribute ?? 'Ref'];
  if (leftOutResources[resource.type] === undefined) return undefined;
  return attribute === undefined || !attribute.endsWith('Arn') ? resource.logicalId : arn('local', resource.logicalId);
}

/** AWS's addresses of the API and of the sign-in, as templates put them together, and what they are on this machine. */
export function localAddresses(addresses: Addresses, assembly: Assembly): ReadonlyMap<string, string> {
  const local = new Map<string, string>();
  for (const resource of assembly.resources) {
    const id = attributeOn(addresses, resource, undefined) ?? resource.logicalId;
    if (resource.type === 'AWS::ApiGatewayV2::Api')
      local.set(`https://${id}.execute-api.${REGION}.amazonaws.com`, addresses.api);
    if (resource.type === 'AWS::Cognito::UserPool')
      local.set(`https://cognito-idp.${REGION}.amazonaws.com/${id}`, addresses.issuer);
    if (resource.type === 'AWS::Cognito::UserPoolDomain')
      local.set(`https://${id}.auth.${REGION}.amazoncognito.com`, addresses.issuer);
  }
  return local;
}
