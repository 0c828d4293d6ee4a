import { createServer, type RequestListener, type Server } from 'node:http';

/** A server that listens already; what comes in before it is given its listener waits for it. */
export interface Socket {
  readonly port: number;
  answer(listener: RequestListener): void;
  close(): Promise<void>;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is taken by another program. Choose another: npm start -- --port ${port + 10}`)
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Opens a port of this machine (0 = any free one); what listens there comes later, when all addresses are known. */
export async function openSocket(port: number): Promise<Socket> {
  const known = Promise.withResolvers<RequestListener>();
  // A Lambda may go on with the last run's work, and ask, before everything has started.
  const server = createServer({ keepAliveTimeout: 60_000 }, (message, response) => {
    void known.promise.then((listener) => listener(message, response));
  });
  const opened = await listen(server, port);
  return {
    port: opened,
    answer: known.resolve,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
