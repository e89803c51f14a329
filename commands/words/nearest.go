package words

import "github.com/agnivade/levenshtein"

// Nearest returns the known word that a person most likely meant by typed, or
// "" when none is close: at most two slips, and fewer in a short word.
func Nearest(typed string, known []string) string {
	best, slips := "", min(2, len([]rune(typed))/2)+1
	for _, k := range known {
		if d := levenshtein.ComputeDistance(typed, k); d < slips {
			best, slips = k, d
		}
	}
	return best
}
