import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';

/** A request to DynamoDB on its way. */
export interface DatabaseRequest {
  /** Such as `UpdateItem`. */
  readonly action: string;
  readonly body: string;
}

/** Whether a request is held back before the database sees it, or its answer once the database has done it. */
export type HeldWhen = 'before' | 'after';

/** An address before a DynamoDB endpoint at which a request can be caught at the worst moment. */
export interface HeldDatabase {
  readonly endpoint: string;
  /** Catches the next request that is wanted, and never lets it go; resolves when it is caught. */
  hold(when: HeldWhen, wanted: (request: DatabaseRequest) => boolean): Promise<void>;
  stop(): Promise<void>;
}

interface Trap {
  readonly when: HeldWhen;
  readonly wanted: (request: DatabaseRequest) => boolean;
  readonly caught: () => void;
}

/** Opens such an address before this endpoint. */
export async function openHeldDatabase(endpoint: string): Promise<HeldDatabase> {
  let traps: Trap[] = [];

  function trapFor(request: DatabaseRequest): Trap | undefined {
    const found = traps.find(({ wanted }) => wanted(request));
    traps = traps.filter((trap) => trap !== found);
    return found;
  }

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(message);
    const action = String(message.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const trap = trapFor({ action, body });
    if (trap?.when === 'before') {
      trap.caught();
      return;
    }
    const forwarded = send(endpoint, { method: message.method, headers: message.headers }, (answered) => {
      if (trap === undefined) {
        response.writeHead(answered.statusCode ?? 500, answered.headers);
        answered.pipe(response);
        return;
      }
      answered.resume().on('end', trap.caught);
    });
    forwarded.on('error', () => response.destroy());
    forwarded.end(body);
  }

  const server = createServer((message, response) => void answer(message, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The machine gave no free port');
  return {
    endpoint: `http://127.0.0.1:${String(address.port)}`,
    hold: async (when, wanted) =>
      await new Promise((caught) => {
        traps.push({ when, wanted, caught });
      }),
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => {
        server.close(closed);
      });
    },
  };
}

async function textOf(message: IncomingMessage): Promise<string> {
  message.setEncoding('utf8');
  let text = '';
  for await (const chunk of message) text += String(chunk);
  return text;
}
