package wire

import (
	"testing"

	"fanzha/bot"
)

func TestButtonStyles(t *testing.T) {
	for style, want := range map[bot.ButtonStyle]int{bot.Primary: 1, bot.Secondary: 2, bot.Done: 4, 0: 1} {
		if got := buttonStyle(style); got != want {
			t.Errorf("buttonStyle(%d) = %d, want %d", style, got, want)
		}
	}
}
