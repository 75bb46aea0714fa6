BEGIN { x = 5 * 4 - 3; this->y = x / 7 + (x << 2); z = this->y > 3 ? 1 : -x; }
