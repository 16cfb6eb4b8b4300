/**
 * A package that not everybody needs, loaded when it is first used; undefined when it is not installed. A name that is
 * no literal, so that neither the compiler nor a bundler looks for it.
 */
export async function optional<T>(name: string): Promise<T | undefined> {
  try {
    return (await import(name)) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' && String(error).includes(`'${name}'`))
      return undefined
    throw error
  }
}
