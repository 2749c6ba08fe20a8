/** One thing being written down: busy until it is kept on this tablet, and loud when it could not be kept. */
import { get } from "svelte/store";
import { NotKept } from "../../../app/tablet";
import { t } from "../../../i18n";
import { announce } from "../../parts";

export class Keeping {
  busy = $state(false);

  /** Does the work, unless it is being done; true when it was kept. What was typed stays where it was when it was not. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      await work();
      announce(get(t)("door.kept"));
      return true;
    } catch (error) {
      const key = error instanceof NotKept ? error.key : "trouble.not_kept";
      announce(get(t)(key), "danger");
      return false;
    } finally {
      this.busy = false;
    }
  }
}
