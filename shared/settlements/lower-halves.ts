/**
 * Halves of groups by what they add up to: sets of so many positions in a list, each with its sum. A table in typed
 * arrays, since there are more than a million of them.
 */
export class LowerHalves {
  /** How many positions are in each. */
  readonly #size: number;
  readonly #members: Uint16Array;
  readonly #sums: Float64Array;
  /** By the hash of a sum, the half that was put in last; for each half, the one before it with the same hash. */
  readonly #last: Int32Array;
  readonly #before: Int32Array;
  readonly #shift: number;
  #count = 0;

  /** For at most so many halves of so many positions each. */
  constructor(size: number, most: number) {
    const bits = Math.max(4, 33 - Math.clz32(most));
    this.#size = size;
    this.#members = new Uint16Array(size * most);
    this.#sums = new Float64Array(most);
    this.#last = new Int32Array(2 ** bits).fill(-1);
    this.#before = new Int32Array(most);
    this.#shift = 32 - bits;
  }

  /** Puts in the half of these members. */
  put(members: Uint16Array, sum: number): void {
    const half = this.#count;
    this.#count += 1;
    for (let index = 0; index < this.#size; index += 1) {
      this.#members[half * this.#size + index] = members[index] ?? 0;
    }
    const slot = this.#slotOf(sum);
    this.#sums[half] = sum;
    this.#before[half] = this.#last[slot] ?? -1;
    this.#last[slot] = half;
  }

  /** The half with this sum that was put in last before another one; -1 when there is none. */
  lastWith(sum: number, before?: number): number {
    let half = (before === undefined ? this.#last[this.#slotOf(sum)] : this.#before[before]) ?? -1;
    while (half !== -1 && this.#sums[half] !== sum) half = this.#before[half] ?? -1;
    return half;
  }

  /** One of the members of a half, by its place from nought. */
  member(half: number, index: number): number {
    return this.#members[half * this.#size + index] ?? 0;
  }

  #slotOf(sum: number): number {
    return Math.imul(sum, 0x9e3779b1) >>> this.#shift;
  }
}
