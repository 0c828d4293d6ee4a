/** Says what it heard; fails once for each event that asks for it. */
export async function handler(event) {
  console.log(`heard ${JSON.stringify({ ...event, heardAt: Date.now() })}`);
  if (event.detail?.task === 'fail') throw new Error('asked to fail');
}
