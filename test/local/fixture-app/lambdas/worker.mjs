/** Does what messages say: "ok", "fail" (always), and says what it did. */
export async function handler({ Records }) {
  const batchItemFailures = [];
  for (const { messageId, body, attributes } of Records) {
    const { detail } = JSON.parse(body);
    console.log(`did ${JSON.stringify({ ...detail, receives: attributes.ApproximateReceiveCount })}`);
    if (detail.how === 'fail') batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
}
