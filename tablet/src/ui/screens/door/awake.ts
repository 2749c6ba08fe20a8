/** Keeps the screen lit while something is held out to be scanned. */

/** Until the returned function is called; also after somebody looked at another app. Where a browser cannot, nothing happens. */
export function keepAwake(): () => void {
  let held: WakeLockSentinel | null = null;
  let over = false;
  const ask = async () => {
    if (over || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    try {
      const got = await navigator.wakeLock.request("screen");
      if (over) await got.release();
      else held = got;
    } catch {
      // Low battery or a setting: the screen darkens as it always does.
    }
  };
  const again = () => void ask();
  document.addEventListener("visibilitychange", again);
  again();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", again);
    void held?.release();
  };
}
