/** Ends a run of the journeys with the line that .ci/run adds up: `journeys: N passed, N failed`. */
import {
  type FullConfig,
  type Reporter,
  type Suite,
  type TestCase,
} from '@playwright/test/reporter';

export default class CountingReporter implements Reporter {
  #suite: Suite | undefined;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#suite = suite;
  }

  onEnd(): void {
    const tests: TestCase[] = this.#suite?.allTests() ?? [];
    const passed = tests.filter((test) => test.outcome() === 'expected').length;
    const skipped = tests.filter((test) => test.outcome() === 'skipped').length;
    const failed = tests.length - passed - skipped;
    console.log(
      `journeys: ${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`,
    );
  }

  printsToStdio(): boolean {
    return false;
  }
}
