/** The device: the rules of docs/native-app.md over a `LocalStore` and a `SigningKey`. */
export * from "./types";
export * from "./device";
