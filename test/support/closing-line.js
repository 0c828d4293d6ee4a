/** Prints, as the last line of all, how many tests passed and failed: what continuous integration reads. */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    process.on('exit', () => console.log(`${results.numPassedTests} passed, ${failed} failed`));
  }
}
