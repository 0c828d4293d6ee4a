/** What was started and is to be ended, the last first. */
export interface Endings {
  add(end: () => unknown): void;
  /** Ends everything, also when some of it fails to end; rejects with the first such error then. */
  run(): Promise<void>;
}

/** Makes an empty list of endings. */
export function createEndings(): Endings {
  const ends: (() => unknown)[] = [];
  return {
    add: (end) => void ends.push(end),
    async run() {
      const failures: unknown[] = [];
      for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
        try {
          await end();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
