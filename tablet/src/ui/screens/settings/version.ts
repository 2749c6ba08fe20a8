declare const __APP_VERSION__: string;

/** The version of the whole project that this app was built from. */
export const APP_VERSION = __APP_VERSION__;
