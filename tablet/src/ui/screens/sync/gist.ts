/** What an entry says, in a few words: enough to know it again in a list. */

const VALUES = ["yes", "no", "not_applicable"];
/** No more than this of what somebody wrote, in characters. */
const MOST = 60;

/** Check point, answer, and the first words; what people wrote is shown as it is. */
export function gistOf(body: Readonly<Record<string, unknown>> | null, say: (key: string) => string): string {
  if (!body) return "";
  const of = (name: string) => {
    const value = body[name];
    return typeof value === "string" ? value.trim() : "";
  };
  const value = of("value");
  const answer = VALUES.includes(value) ? say(`common.${value}`) : value;
  const words = of("comment") || of("text") || of("caption") || of("number") || of("name") || of("reason");
  const cut = Array.from(words).length > MOST ? `${Array.from(words).slice(0, MOST).join("")}…` : words;
  return [of("item"), answer, cut].filter(Boolean).join(" ");
}
