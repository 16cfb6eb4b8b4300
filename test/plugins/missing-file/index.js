import './helper.js'
export default {}
