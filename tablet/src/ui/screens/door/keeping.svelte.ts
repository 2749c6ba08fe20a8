/** One thing being written down: busy until it is kept on this tablet, and loud when it could not be kept. */
import { get } from "svelte/store";
import { NotKept, type Tablet } from "../../../app/tablet";
import { t } from "../../../i18n";
import { forgetDraft } from "../../drafts";
import { announce } from "../../parts";

export class Keeping {
  busy = $state(false);

  constructor(private readonly tablet: Pick<Tablet, "putDraft">) {}

  /**
   * Does the work, unless it is being done; true when it was kept. Then the drafts that became of it are forgotten; else
   * what was typed stays where it was.
   */
  async run(work: () => Promise<unknown>, drafts: readonly string[] = []): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      await work();
    } catch (error) {
      announce(get(t)(error instanceof NotKept ? error.key : "trouble.not_kept"), "danger");
      return false;
    } finally {
      this.busy = false;
    }
    announce(get(t)("door.kept"));
    await Promise.all(drafts.map((name) => forgetDraft(this.tablet, name)));
    return true;
  }
}
