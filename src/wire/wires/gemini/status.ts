/** Google's canonical codes by HTTP status: https://cloud.google.com/apis/design/errors#handling_errors */
const STATUS: ReadonlyMap<number, string> = new Map([
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [402, 'FAILED_PRECONDITION'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [405, 'UNIMPLEMENTED'],
  [408, 'DEADLINE_EXCEEDED'],
  [409, 'ABORTED'],
  [413, 'INVALID_ARGUMENT'],
  [429, 'RESOURCE_EXHAUSTED'],
  [499, 'CANCELLED'],
  [500, 'INTERNAL'],
  [501, 'UNIMPLEMENTED'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
  [529, 'UNAVAILABLE'],
])

export const statusOf = (status: number): string =>
  STATUS.get(status) ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL')

/** HTTP status by canonical code; 500 for one that is not known. */
export function httpStatusOf(code: unknown): number {
  for (const [status, name] of STATUS) if (name === code) return status
  return 500
}
