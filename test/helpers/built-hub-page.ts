import { buildWeb } from '../../scripts/build-web.ts'

/** A hub that runs from source shows the page in dist/web: made here, so that the tests need no build before them. */
export default (): Promise<void> => buildWeb()
