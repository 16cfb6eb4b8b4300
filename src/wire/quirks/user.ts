import type { Quirks } from '../../plugins/api.ts'
import { digest } from './text-rule.ts'

const ADDRESS = /@/
/** Eight digits and more with what stands between them in a telephone number. */
const TELEPHONE = /(?:^|[^\w-])\+?\(?\d[\d\s().-]{6,}\d(?:$|[^\w-])/

/**
 * The end user's id as the upstream takes it: itself, or a hash that says as well whether two requests are of one user.
 */
export function userId(id: string, { maxLength, anonymous }: NonNullable<Quirks['user']>): string {
  if (id.length <= maxLength && !(anonymous && (ADDRESS.test(id) || TELEPHONE.test(id)))) return id
  return `user_${digest(id, 32)}`
}
