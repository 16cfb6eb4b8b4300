/**
 * Classes of PostgreSQL's error codes that pass: connection exceptions, transaction rollback, insufficient resources,
 * operator intervention, system errors; and a server that was made read only.
 */
const PASSING = /^(08|40|53|57|58)|^25006$/
/** What the client says of a connection that broke, or that it could not get; it gives no code. */
const CONNECTION =
  /^Connection terminated|timeout exceeded when trying to connect|^Client has encountered a connection error/

/** Whether a query failed because the database is away or overloaded, so that the same request may succeed later. */
export function databaseIsAway(error: unknown): boolean {
  const { code, errno, syscall, message } = error as Partial<NodeJS.ErrnoException>
  if (errno !== undefined && syscall !== undefined) return true
  return (typeof code === 'string' && code.length === 5 && PASSING.test(code)) || CONNECTION.test(message ?? '')
}
