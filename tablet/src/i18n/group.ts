/** Both catalogues of a group: the compiler asks for the same keys in each. */
export function group<K extends string>(
  zh: Record<K, string>,
  en: Record<NoInfer<K>, string>,
): { zh: Record<K, string>; en: Record<K, string> } {
  return { zh, en };
}
