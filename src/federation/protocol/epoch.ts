/**
 * Epochs are numbered from the Unix epoch: number n covers [n, n + 1) * epochSeconds. Times finer than an epoch never
 * leave a member.
 */
export const epochAt = (unixMs: number, epochSeconds: number): number => Math.floor(unixMs / (1000 * epochSeconds))

/** Unix milliseconds at which an epoch begins; that of `epoch + 1` is its end. */
export const epochStart = (epoch: number, epochSeconds: number): number => epoch * epochSeconds * 1000
