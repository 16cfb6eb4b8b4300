const plugin: unknown = {}
export default plugin
