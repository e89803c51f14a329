import assert from 'node:assert/strict'

// like asserts that a value has the shape that was drawn of it: a regular
// expression stands for a string that matches, String, Boolean, Number, Array
// and Object for anything of that type, and all else for itself. What a shape
// does not name may be there too.
export function like(value, shape, path) {
  if (shape instanceof RegExp) {
    assert.ok(typeof value === 'string' && shape.test(value), `${path} is ${JSON.stringify(value)}, not ${shape}`)
  } else if (shape === Array) {
    assert.ok(Array.isArray(value), `${path} is ${JSON.stringify(value)}, no list`)
  } else if (typeof shape === 'function') {
    assert.ok(value != null && Object(value) instanceof shape, `${path} is ${JSON.stringify(value)}, no ${shape.name}`)
  } else if (shape === null || typeof shape !== 'object') {
    assert.equal(value, shape, `${path} is ${JSON.stringify(value)}, not ${JSON.stringify(shape)}`)
  } else {
    assert.ok(value, `${path} is ${JSON.stringify(value)}`)
    for (const [field, drawn] of Object.entries(shape)) like(value[field], drawn, `${path}.${field}`)
  }
}
