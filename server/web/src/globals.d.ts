/** Where the build put the two viewers (vite.config.ts). */
declare const __MIRADOR__: string;
declare const __UNIVERSAL_VIEWER__: string;
