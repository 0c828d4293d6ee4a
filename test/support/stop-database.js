/** Ends the DynamoDB Local that the run started. */
export default async function stopDatabase() {
  const java = globalThis.databaseProcess;
  if (java === undefined || java.exitCode !== null) return;
  await new Promise((resolve) => {
    java.once('exit', resolve);
    java.kill();
  });
}
