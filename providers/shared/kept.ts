/** Of one service: clients may ask for any name. */
const MAX_KEPT = 1_000

/** What `make` makes of a name, made once for each; when there are too many names all are made anew. */
export function kept<T extends object>(make: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>()
  return (name) => {
    let value = known.get(name)
    if (!value) {
      value = make(name)
      if (known.size >= MAX_KEPT) known.clear()
      known.set(name, value)
    }
    return value
  }
}
