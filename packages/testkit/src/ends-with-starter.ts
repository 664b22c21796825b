/** Arguments for Node of a process that is to end when its starter is gone (end-with-starter.ts). It needs `ipc` among its stdio, and is not to be told to disconnect. */
export const ENDS_WITH_STARTER: readonly string[] = ['--import', new URL('./end-with-starter.ts', import.meta.url).href]
