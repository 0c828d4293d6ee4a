import { setTimeout as pause } from 'node:timers/promises';

/** Fails in the way that it is asked to. */
export async function handler(event) {
  const { body = '{}' } = event;
  const { how } = JSON.parse(body);
  if (how === 'throw') throw new TypeError('on purpose');
  if (how === 'exit') process.exit(3);
  if (how === 'hang') await pause(60_000);
  if (how === 'spin') for (;;);
  if (how === 'header') return { statusCode: 200, headers: { 'not a header': 'x' } };
  if (how === 'garbage') return { statusCode: 'soon' };
  if (how === 'slow') {
    console.log('being slow');
    await pause(800);
  }
  return { statusCode: 200, body: `thread ${process.env.AWS_LAMBDA_FUNCTION_NAME} at ${Date.now()}` };
}
