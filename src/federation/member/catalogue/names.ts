/** Names set apart by white space. */
export const names = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean)
