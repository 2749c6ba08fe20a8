/** What was pressed and is on its way into the log: shown at once as pressed, and as recorded only when it is kept. */
import { NotKept } from "../../../app/tablet";

export class Keeping {
  /** Pressed, and not yet among what was stated. */
  wanted: string | null = $state(null);
  /** Key of the catalogue. */
  trouble: string | null = $state(null);
  private busy = false;
  private after: string | null = null;
  /** The record was read again while the verb was still at work. */
  private seen = false;

  /**
   * Writes a value once, however often it is pressed; another one that is pressed meanwhile follows. `write` says
   * whether it wrote at all.
   */
  async press(value: string, write: (value: string) => Promise<boolean>): Promise<void> {
    if (this.busy) {
      this.after = value === this.wanted ? null : value;
      return;
    }
    [this.busy, this.seen, this.wanted, this.trouble] = [true, false, value, null];
    try {
      const written = await write(value);
      if (!written || this.seen) this.wanted = null;
    } catch (error) {
      this.trouble = error instanceof NotKept ? error.key : "list.not_kept";
      this.wanted = null;
      this.after = null;
    } finally {
      this.busy = false;
    }
    const next = this.after;
    this.after = null;
    if (next !== null) await this.press(next, write);
  }

  /** The record of the point was read again: what it says counts from now on. */
  told(): void {
    if (this.busy) this.seen = true;
    else this.wanted = null;
  }
}
