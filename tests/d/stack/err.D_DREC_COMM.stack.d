BEGIN { self->s = speculation(); commit(self->s); stack(); }
