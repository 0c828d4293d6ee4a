import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { type IndexName, tableDefinition } from '../../shared/table/definition.ts';
import type { StageSettings } from '../stages.ts';

const stringKey = (name: string) => ({ name, type: AttributeType.STRING });

interface DeclaredIndex {
  readonly name: IndexName;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly projection: 'ALL' | 'KEYS_ONLY';
}

function indexProps(index: DeclaredIndex): GlobalSecondaryIndexPropsV2 {
  return {
    indexName: index.name,
    partitionKey: stringKey(index.partitionKey),
    sortKey: stringKey(index.sortKey),
    projectionType: index.projection === 'ALL' ? ProjectionType.ALL : ProjectionType.KEYS_ONLY,
  };
}

/** The one table, as `shared/table/definition.ts` declares it: paid for by request, encrypted, restorable to any second. */
export class DataTable extends TableV2 {
  constructor(scope: Construct, id: string, stage: StageSettings) {
    super(scope, id, {
      partitionKey: stringKey(tableDefinition.partitionKey),
      sortKey: stringKey(tableDefinition.sortKey),
      globalSecondaryIndexes: tableDefinition.indexes.map(indexProps),
      timeToLiveAttribute: tableDefinition.timeToLive,
      dynamoStream: StreamViewType[tableDefinition.stream],
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: stage.pointInTimeRecoveryDays,
      },
      deletionProtection: stage.deletionProtection,
      removalPolicy: stage.dataOnDelete === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }
}
