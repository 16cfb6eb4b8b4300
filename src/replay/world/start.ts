/** Where a world's clock begins, Unix milliseconds: a Monday. */
export const WORLD_START = Date.UTC(2026, 0, 5)
