import { describe, expect, jest, test } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';

// The library reads these once, as it is loaded; the last two let it write where the test can see it.
process.env['POWERTOOLS_SERVICE_NAME'] = 'measure-announcement';
process.env['POWERTOOLS_METRICS_NAMESPACE'] = 'Cohortium/dev';
process.env['POWERTOOLS_DEV'] = 'true';
process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
const { handler, measureAnnouncements } = await import('../../functions/consumers/measure-announcement.ts');

const now = new Date('2027-01-12T10:00:03.250Z');
const clock = { now: () => now };

function queued(...bodies: string[]): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `message-${String(index)}`,
      receiptHandle: '',
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '0',
        SenderId: '',
        ApproximateFirstReceiveTimestamp: '0',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-2:000000000000:queue',
      awsRegion: 'eu-west-2',
    })),
  };
}

function delivered(at: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    version: '0',
    source: 'cohortium',
    'detail-type': 'place.confirmed',
    detail: {
      id: 'coh_1.1.4.place.confirmed.17',
      type: 'place.confirmed',
      version: 1,
      at,
      aggregate: 'coh_1',
      aggregateVersion: 4,
      audience: ['org_1'],
      data: {},
    },
    ...more,
  });
}

function measured(...bodies: string[]) {
  const lags: number[] = [];
  const logged: unknown[] = [];
  const log = { failed: (...line: readonly unknown[]) => void logged.push(line) };
  const response = measureAnnouncements(queued(...bodies), clock, (lag) => lags.push(lag), log);
  return { lags, failed: response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), logged };
}

describe('measure-announcement', () => {
  test('records for each event the milliseconds from its change until now', () => {
    expect(measured(delivered('2027-01-12T10:00:00.000Z'), delivered('2027-01-12T10:00:03.249Z'))).toEqual({
      lags: [3250, 1],
      failed: [],
      logged: [],
    });
  });

  test('records nothing below zero where the clocks differ', () => {
    expect(measured(delivered('2027-01-12T10:00:04.000Z')).lags).toEqual([0]);
  });

  test('does not measure what is replayed from the archive', () => {
    const replayed = delivered('2026-01-12T10:00:00.000Z', { 'replay-name': 'again' });
    expect(measured(replayed)).toEqual({ lags: [], failed: [], logged: [] });
  });

  test('gives back what is not one of our events, logs why, and deals with the others of the batch', () => {
    const bodies = ['not json', '{"detail":{}}', delivered('2027-01-12T10:00:03.000Z'), delivered('yesterday')];
    const failed = ['message-0', 'message-1', 'message-3'];
    const logged = failed.map((messageId) => ['An event could not be measured', expect.any(Error), { messageId }]);
    expect(measured(...bodies)).toEqual({ lags: [250], failed, logged });
  });

  test('as a Lambda, writes the metric that the alarm on late announcements watches, and what it could not measure', async () => {
    const written: unknown[] = [];
    const console = jest.spyOn(globalThis.console, 'log').mockImplementation((line) => written.push(line));
    const faults = jest.spyOn(globalThis.console, 'error').mockImplementation(() => undefined);
    const response = await handler(queued(delivered(new Date().toISOString()), '{}'));
    const [[fault = ''] = []] = faults.mock.calls;
    console.mockRestore();
    faults.mockRestore();

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] });
    expect(JSON.parse(String(fault))).toMatchObject({
      message: 'An event could not be measured',
      messageId: 'message-1',
    });
    expect(written.map((line): unknown => JSON.parse(String(line)))).toEqual([
      expect.objectContaining({
        service: 'measure-announcement',
        AnnouncementLag: expect.any(Number),
        _aws: expect.objectContaining({
          CloudWatchMetrics: [
            {
              Namespace: 'Cohortium/dev',
              Dimensions: [['service']],
              Metrics: [{ Name: 'AnnouncementLag', Unit: 'Milliseconds' }],
            },
          ],
        }),
      }),
    ]);
  });
});
