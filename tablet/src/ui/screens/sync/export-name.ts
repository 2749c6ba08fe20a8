/** What the file of last resort is called: which tablet, and when; nothing about whom it inspected. */
export function exportName(device: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 16).replace(/[-:]/g, "").replace("T", "-");
  return `fieldcheck-${device.slice(0, 8) || "tablet"}-${stamp}.zip`;
}
