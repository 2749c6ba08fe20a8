/** What a colour means. It never stands alone: words or a picture say the same. */
export type Tone = "neutral" | "accent" | "warning" | "danger";
