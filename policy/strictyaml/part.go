package strictyaml

import (
	"cmp"

	"go.yaml.in/yaml/v4"
)

// Part is a block of a file that is read later, once it is known what it is.
type Part struct{ node *yaml.Node }

// UnmarshalYAML implements yaml.Unmarshaler.
func (p *Part) UnmarshalYAML(n *yaml.Node) error {
	p.node = n
	return nil
}

// Pos is where the part begins.
func (p Part) Pos() Pos {
	if p.node == nil {
		return Pos{}
	}
	return Pos{p.node.Line, p.node.Column}
}

// Key is where the key stands that the part is under, in the file of these mistakes.
func (p Part) Key(m *Mistakes) Pos { return cmp.Or(m.keyAt[p.node], p.Pos()) }

// Text is the scalar under one key of the part; zero if there is none.
func (p Part) Text(key string) Text {
	if p.node == nil {
		return Text{}
	}
	for k, v := range pairs(p.node) {
		if k.Value == key && v.Kind == yaml.ScalarNode {
			return Text{v.Value, pos(v)}
		}
	}
	return Text{}
}

// Texts are the scalars in the block under one key of the part, by their own keys.
func (p Part) Texts(key string) map[string]string {
	if p.node == nil {
		return nil
	}
	var texts map[string]string
	for k, block := range pairs(p.node) {
		if k.Value != key || block.Kind != yaml.MappingNode {
			continue
		}
		texts = map[string]string{}
		for name, v := range pairs(block) {
			texts[name.Value] = v.Value // what is none is a mistake of whoever reads the whole part
		}
	}
	return texts
}

// Load reads the part into out, a pointer to a struct, as strictly as a whole
// file. It notes what is wrong and reports whether nothing in the part was, also of what
// was noted when the file was read.
func (p Part) Load(m *Mistakes, out any) bool {
	if p.node == nil {
		m.Add(Pos{}, "a block of keys is missing")
		return false
	}
	return m.load(p.node, out) && !m.foul[p.node]
}

// Whole reports whether nothing in the part was wrong when the file was read.
func (p Part) Whole(m *Mistakes) bool { return p.node != nil && !m.foul[p.node] }
