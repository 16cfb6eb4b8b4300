const settings = undefined
export default settings.plugin
