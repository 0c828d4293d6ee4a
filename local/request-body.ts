import type { IncomingMessage } from 'node:http';
import { z } from 'zod';

const chunkSchema = z.instanceof(Buffer);

/**
 * Reads a request's body, or answers undefined when it has more than `largest` bytes. The rest is then read and dropped,
 * so that the caller hears the answer instead of a closed connection.
 */
export async function readBodyUpTo(message: IncomingMessage, largest: number): Promise<Buffer | undefined> {
  const incoming: AsyncIterable<unknown> = message;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const piece = chunkSchema.parse(chunk);
    size += piece.length;
    if (size <= largest) chunks.push(piece);
  }
  return size > largest ? undefined : Buffer.concat(chunks);
}

/** Reads a request's body as text, however long it is. */
export async function readText(message: IncomingMessage): Promise<string> {
  return ((await readBodyUpTo(message, Number.POSITIVE_INFINITY)) ?? '').toString();
}
