package policy

import (
	"encoding/json"
	"reflect"
	"strings"

	"quell/commands"
	"quell/integrations"
	"quell/policy/strictyaml"
)

// Schema is the JSON Schema of a policy file, for editors: draft 2020-12. It is made
// of the very types that a file is read into, so it knows every key; quell policy check finds
// the mistakes that a schema cannot express (what a role may do, whom a rule could ask).
func Schema(kinds *Catalogue) ([]byte, error) {
	s := kinds.schemaOf(reflect.TypeFor[file](), "")
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "Quell policy"
	data, err := json.MarshalIndent(s, "", "  ")
	return append(data, '\n'), err
}

type schema = map[string]any

// textForm is what any text looks like: it is not empty, and no blank ends it.
const textForm = `^\S(.*\S)?$`

// Parts are the types of the list entries that are read later, by the list's tag "of".
func (file) Parts() map[string]reflect.Type {
	return map[string]reflect.Type{
		"binding": reflect.TypeFor[fileBinding](), "rule": reflect.TypeFor[fileRule](),
		"shield": reflect.TypeFor[fileShield](), "budget": reflect.TypeFor[fileBudget](),
	}
}

func (c *Catalogue) schemaOf(t reflect.Type, like string) schema {
	switch {
	case t == reflect.TypeFor[text]():
		return c.textSchema(like)
	case t.Kind() == reflect.Pointer:
		return c.schemaOf(t.Elem(), like)
	case t.Kind() == reflect.Int:
		return schema{"type": "integer", "minimum": 1}
	case t.Kind() == reflect.Slice:
		return schema{"type": "array", "minItems": 1, "items": c.schemaOf(t.Elem(), like)}
	case t.Kind() == reflect.Map:
		return schema{"type": "object", "minProperties": 1, "propertyNames": schema{"pattern": textForm}, "additionalProperties": c.schemaOf(t.Elem(), like)}
	}
	return c.structSchema(t)
}

func (c *Catalogue) structSchema(t reflect.Type) schema {
	properties, required := schema{}, []string{}
	for f := range t.Fields() {
		key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		of := f.Type
		if of == reflect.TypeFor[[]strictyaml.Part]() {
			of = reflect.SliceOf(file{}.Parts()[f.Tag.Get("of")])
		}
		s := c.schemaOf(of, f.Tag.Get("like"))
		s["description"] = f.Tag.Get("about")
		if f.Tag.Get("bare") != "" {
			delete(s["additionalProperties"].(schema), "minProperties")
		}
		properties[key] = s
		if f.Tag.Get("must") != "" {
			required = append(required, key)
		}
	}
	s := schema{"type": "object", "minProperties": 1, "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// textSchema is what a text may be, by the tag: an id, a word of a list, a duration.
// Several with a bar between them are so many words.
func (c *Catalogue) textSchema(like string) schema {
	if form, ok := idForms()[like]; ok {
		return schema{"type": "string", "pattern": "^" + form.pattern + "$"}
	}
	switch like {
	case "":
		return schema{"type": []string{"string", "number", "boolean"}, "pattern": textForm}
	case "true|false":
		return schema{"type": "boolean"}
	case "duration":
		return schema{"type": "string", "pattern": strictyaml.DurationForm}
	case "command":
		return schema{"enum": commands.Names()}
	case "client":
		return schema{"enum": integrations.Classes()}
	case "scope":
		return schema{"enum": c.words}
	case "vendor-role":
		var names []string
		for _, r := range c.mirrors {
			names = append(names, r.name)
		}
		return schema{"enum": names}
	case "channel|incidents":
		return schema{"type": "string", "pattern": "^(incidents|" + idForms()["channel"].pattern + ")$"}
	}
	return schema{"enum": strings.Split(like, "|")}
}
