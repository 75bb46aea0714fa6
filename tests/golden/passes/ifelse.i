program BEGIN
fn BEGIN, 0 args
slot 0: 8
slot 1: 8
b0: entry
	v1 = mov 0
	v8 = call 8()
	p9 = slot 0
	st4 [p9], v8
	p10 = mapfd 1
	p11 = slot 0
	p12 = call 1(p10, p11)
	br.eq p12, 0 ? b1 : b3
b1: finish
	p59 = mapval 0
	v60 = ld8 [p59]
	br.ne v60, 0 ? b31 : b33
b2: fault (cold)
	jmp b1
b3: area
	p13 = mapval 0+512
	v14 = ld4 [p13]
	v15 = sx4 v14
	br.ne v15, 0 ? b7 : b8
b4: next clause
	jmp b1
b5: clause done
	jmp b4
b6: clause fault (cold)
	v5 = mov 0
	v6 = mov 1
	jmp b2
b7: then
	v16 = mov 0
	jmp b10
b8: else
	p35 = mapval 0+512
	v36 = ld4 [p35]
	v37 = sx4 v36
	br.eq v37, 2 ? b19 : b20
b9: endif
	jmp b4
b10: reserve
	v18 = ld8 [p12+64]
	v19 = ld8 [p12]
	v17 = mov v19
	v20 = add v17, 40
	v21 = mov v20
	v22 = sub v21, v18
	br.ugt v22, 1048576 ? b13 : b14
b11: reserve again (cold)
	v24 = add v16, 1
	v16 = mov v24
	br.ult v16, 4 ? b10 : b13
b12: record
	v26 = and v17, 1048575
	p27 = add p12, v26
	p28 = add p27, 4096
	v29 = mov 8589934632
	st8 [p28+8], v29
	br.eq v1, 0 ? b16 : b17
b13: ring full (cold)
	v25 = mov 1
	aadd8 [p12+128], v25
	jmp b4
b14: room
	v23 = cmpxchg8 [p12], v17, v21
	br.eq v23, v17 ? b12 : b11
b15: discard record (cold)
	st4 [p28+12], 0
	v33 = mov 6000276099170587461
	v34 = xor v17, v33
	st8 [p28], v34
	jmp b6
b16: read clock
	v30 = call 5()
	v1 = mov v30
	jmp b17
b17: have time
	st8 [p28+16], v1
	st8 [p28+24], 1
	st4 [p28+32], 1
	v31 = mov 6000276099170587461
	v32 = xor v17, v31
	st8 [p28], v32
	jmp b18
b18: committed
	jmp b9
b19: then
	v38 = mov 1
	p39 = mapval 0+512
	aadd4 [p39], v38
	jmp b21
b20: else
	v40 = mov 0
	jmp b22
b21: endif
	jmp b9
b22: reserve
	v42 = ld8 [p12+64]
	v43 = ld8 [p12]
	v41 = mov v43
	v44 = add v41, 40
	v45 = mov v44
	v46 = sub v45, v42
	br.ugt v46, 1048576 ? b25 : b26
b23: reserve again (cold)
	v48 = add v40, 1
	v40 = mov v48
	br.ult v40, 4 ? b22 : b25
b24: record
	v50 = and v41, 1048575
	p51 = add p12, v50
	p52 = add p51, 4096
	v53 = mov 12884901928
	st8 [p52+8], v53
	br.eq v1, 0 ? b28 : b29
b25: ring full (cold)
	v49 = mov 1
	aadd8 [p12+128], v49
	jmp b4
b26: room
	v47 = cmpxchg8 [p12], v41, v45
	br.eq v47, v41 ? b24 : b23
b27: discard record (cold)
	st4 [p52+12], 0
	v57 = mov 6000276099170587461
	v58 = xor v41, v57
	st8 [p52], v58
	jmp b6
b28: read clock
	v54 = call 5()
	v1 = mov v54
	jmp b29
b29: have time
	st8 [p52+16], v1
	st8 [p52+24], 1
	st8 [p52+32], 120
	v55 = mov 6000276099170587461
	v56 = xor v41, v55
	st8 [p52], v56
	jmp b30
b30: committed
	jmp b21
b31: asleep (cold)
	p61 = mapval 0
	v62 = mov 0
	v63 = xchg8 [p61], v62
	br.ne v63, 0 ? b32 : b33
b32: ring (cold)
	p64 = slot 1
	st8 [p64], 1
	p65 = mapfd 2
	p66 = slot 1
	v67 = call 130(p65, p66, 8, 2)
	br.eq v67, 0 ? b35 : b34
b33: out
	ret
b34: bell failed (cold)
	p70 = mapval 0
	st8 [p70], 1
	v71 = mov 1
	p72 = mapval 0+72
	aadd8 [p72], v71
	ret
b35: rung (cold)
	v68 = mov 1
	p69 = mapval 0+64
	aadd8 [p69], v68
	ret
