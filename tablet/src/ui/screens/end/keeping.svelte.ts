/** One verb at a time: busy until it is kept on this tablet, and the key of the catalogue when it was not. */
import { NotKept } from "../../../app/tablet";

export class Keeping {
  busy = $state(false);
  trouble: string | null = $state(null);

  /** Whether the work was kept. What was filled in stays when it was not. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    [this.busy, this.trouble] = [true, null];
    try {
      await work();
      return true;
    } catch (error) {
      this.trouble = error instanceof NotKept ? error.key : "end.not_kept";
      return false;
    } finally {
      this.busy = false;
    }
  }
}
