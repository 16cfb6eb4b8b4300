import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { pageLink } from '../links.ts'

/** What every part of a page may need to know of where it stands. */
export interface PageContext {
  /** From this page to the hub's address: `./`, `../../`. */
  readonly base: string
  /** The pages are files: no address with a query leads anywhere. */
  readonly isCopy: boolean
  /** Goes to an address of the overview without a new document. Undefined on the server and in the first drawing. */
  readonly navigate: ((query: string) => void) | undefined
}

export const Page = createContext<PageContext>({ base: './', isCopy: false, navigate: undefined })

export const useBase = (): string => useContext(Page).base
/** To a page, by its path below the hub's address. */
export function usePageLink(path: string): string {
  const { base, isCopy } = useContext(Page)
  return pageLink(base, path, isCopy)
}
export const useNavigate = (): PageContext['navigate'] => useContext(Page).navigate
export const useIsCopy = (): boolean => useContext(Page).isCopy
