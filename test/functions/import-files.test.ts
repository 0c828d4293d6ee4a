import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RefusalCode } from '../../shared/errors.ts';
import { mostFileBytes } from '../../shared/imports/import.ts';
import { importPeople } from '../../shared/imports/import-people.ts';
import { testApi, type ApiAnswer, type TestApi } from '../support/api.ts';
import type { ApiCaller, ApiRequest } from '../support/api-event.ts';
import { movableClock } from '../support/context.ts';
import { givenFirstOrganisation } from '../support/given-organisations.ts';
import { createTestTable, type TestTable } from '../support/table.ts';

const clock = movableClock();
let made: TestTable;
let api: TestApi;
let caller: ApiCaller;
beforeAll(async () => {
  made = await createTestTable();
  api = testApi(made.table, clock);
  const administrator = await givenFirstOrganisation(made.table, clock);
  const organisation = administrator.membership?.organisation ?? '';
  caller = { kind: 'person', subject: administrator.subject, organisation };
});
afterAll(async () => {
  await made.remove();
});

const file = String(importPeople.example['file']);
let keys = 0;
/** Sends a file, as a spreadsheet's text unless the request says otherwise. */
async function send(request: ApiRequest): Promise<ApiAnswer> {
  const headers = { 'content-type': 'text/csv', 'idempotency-key': `file-${String((keys += 1))}`, ...request.headers };
  return await api.send('POST /v1/imports/people', { caller, ...request, headers });
}
const refusal = (code: RefusalCode, detail: unknown) => ({ body: { code, detail } });
const latin1 = Buffer.from(file.replace('Matron', 'Médecin'), 'latin1');

describe('a file that is sent', () => {
  test('is read, with what its query says', async () => {
    const done = { status: 200, body: { mode: 'good-lines', check: true, status: 'checked', added: 1, wrong: 0 } };
    expect(await send({ query: 'mode=good-lines&check=true', body: file })).toMatchObject(done);
    expect(await send({ body: file })).toMatchObject({ body: { mode: 'all-or-nothing', check: false, added: 1 } });
    expect(await send({ body: Buffer.from(`\ufeff${file}`).toString('base64'), base64: true })).toMatchObject({
      body: { unchanged: 1 },
    });
  });

  test('is 2 MB at most', async () => {
    const filled = (bytes: number) => `${file}${'\n'.repeat(bytes - file.length)}`;
    expect((await send({ body: filled(mostFileBytes) })).status).toBe(200);
    const tooLarge = { status: 413, ...refusal('request.too-large', 'A body may have at most 2097152 bytes') };
    expect(await send({ body: filled(mostFileBytes + 1) })).toMatchObject(tooLarge);
    const euros = `${file}${'€'.repeat(700_000)}`;
    expect(await send({ body: Buffer.from(euros).toString('base64'), base64: true })).toMatchObject(tooLarge);
  });

  test('is called what it is', async () => {
    const wrongType = { status: 400, ...refusal('request.malformed', 'The body must be text/csv') };
    for (const type of ['application/json', 'text/plain', 'application/vnd.ms-excel'])
      expect(await send({ headers: { 'content-type': type }, body: file })).toMatchObject(wrongType);
  });

  test('is in UTF-8, and where it is not is told: as API Gateway hands on text, and in base64', async () => {
    const where = /^Line 2: This is not UTF-8/;
    const unreadable = { status: 400, ...refusal('sheet.unreadable', expect.stringMatching(where)) };
    expect(await send({ body: latin1.toString('base64'), base64: true })).toMatchObject(unreadable);
    expect(await send({ body: latin1.toString('utf8') })).toMatchObject(unreadable);
  });

  test('is there', async () => {
    expect(await send({})).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(await send({ query: 'file=x', body: file })).toMatchObject({ body: { code: 'request.invalid' } });
  });

  test('leaves nothing of what is in it, nor of what is wrong with it, in the log', async () => {
    const personal = 'Zebedee';
    await send({ body: file.replace('Example Person', personal).replace('8a', personal), query: 'mode=good-lines' });
    await send({ body: `${file}"${personal}` });
    expect(JSON.stringify(api.recorded)).not.toContain(personal);
  });
});
