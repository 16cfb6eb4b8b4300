import { RouterError } from '../base/errors.ts'

/** Refuses one parameter of a request: `"limit" must be a number.` */
export const badParameter = (param: string, what: string): RouterError =>
  new RouterError('ROUTER_BAD_REQUEST', { reason: `"${param}" ${what}.`, param })
