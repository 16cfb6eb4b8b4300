/** The same, to be filled in. */
export type Writable<T> = { -readonly [Key in keyof T]: T[Key] }
