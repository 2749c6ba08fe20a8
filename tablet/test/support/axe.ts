/** WCAG 2.2 AA as far as a machine sees it without a picture; contrast is looked at where the colours stand. */
import axe from "axe-core";

/** What axe finds wrong, in words; empty when nothing. */
export async function faultsOf(root: Element): Promise<readonly string[]> {
  const { violations } = await axe.run(root, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ")}`);
}
