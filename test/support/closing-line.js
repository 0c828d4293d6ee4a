/** Prints the line that continuous integration reads: how many tests passed and failed. */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    const broken = results.numRuntimeErrorTestSuites;
    console.log(`\n${results.numPassedTests} passed, ${results.numFailedTests + broken} failed`);
  }
}
